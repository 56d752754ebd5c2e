/// Checks that users run in their own tests, without a test library: [dev.lanewise.check.GradCheck] holds a gradient to
/// finite differences, [dev.lanewise.check.InitializerCheck] an initializer to the law that it claims to draw from.
package dev.lanewise.check;
