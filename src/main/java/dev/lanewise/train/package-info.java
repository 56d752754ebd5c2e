/// Training: [dev.lanewise.train.Trainer] runs the steps, validates, keeps the best weights and goes on after an interruption;
/// callbacks listen, metrics say how good the model is. Knows nothing of reports.
package dev.lanewise.train;
