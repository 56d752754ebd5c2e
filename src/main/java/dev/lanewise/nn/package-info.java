/// Networks: modules, their parameters, layers and activations. Knows nothing of how they are trained.
package dev.lanewise.nn;
