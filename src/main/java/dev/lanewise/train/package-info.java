/// Training: [dev.lanewise.train.Trainer] runs the steps, callbacks listen, metrics say how good the model is. Knows
/// nothing of reports.
package dev.lanewise.train;
