/// `train cnn`: a convolutional network learns to tell images apart.
package dev.lanewise.lab.cnn;
