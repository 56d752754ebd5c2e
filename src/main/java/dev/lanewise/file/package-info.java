/// Files of any file system: [dev.lanewise.file.WholeFile] writes one whole or not at all, [dev.lanewise.file.RegularFile] reads
/// one without trusting it, [dev.lanewise.file.Quote] makes what stands in it, or in its name, fit for a message,
/// [dev.lanewise.file.Decimal] tells numbers, [dev.lanewise.file.TextCursor] goes through a text.
///
/// Nothing here is interruptible: a thread that is interrupted finishes what it writes and reads, and stays interrupted. The
/// JDK alone is used, and the package isn't exported.
package dev.lanewise.file;
