/// One classifier from several initializations: which learn, and why the others don't.
package dev.lanewise.lab.compare;
