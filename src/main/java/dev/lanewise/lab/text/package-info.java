/// The job `train text`: a model of a text's characters, which says what comes next.
package dev.lanewise.lab.text;
