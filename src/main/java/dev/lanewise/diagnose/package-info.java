/// Networks explained before they are trained: what theory predicts of signal and gradient layer by layer
/// ([dev.lanewise.diagnose.MeanField]), what a batch shows, and what to change ([dev.lanewise.diagnose.Explanation]). Knows
/// nothing of reports.
package dev.lanewise.diagnose;
