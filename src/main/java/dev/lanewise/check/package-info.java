/// Checks that users run in their own tests, without a test library: [dev.lanewise.check.GradCheck] holds a gradient to
/// finite differences.
package dev.lanewise.check;
