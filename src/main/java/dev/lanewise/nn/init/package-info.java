/// Weight initializers that know which law they draw from, and what holds between their elements:
/// [dev.lanewise.nn.init.Initializers] by name,
/// [dev.lanewise.nn.init.Fan] and [dev.lanewise.nn.init.Gain] as what they scale by.
package dev.lanewise.nn.init;
