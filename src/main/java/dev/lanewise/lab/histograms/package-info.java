/// What each layer hands its activation.
package dev.lanewise.lab.histograms;
