/// What all jobs of `train` share: how they are run, kept, ended and gone on with.
package dev.lanewise.lab.job;
