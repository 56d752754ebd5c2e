/// Makes classes of formulas: one loop, one class, for scalars or for vectors of the width at hand; and interprets them where no
/// class can be defined at run time.
///
/// [dev.lanewise.kernel.code.Loops] is the way in, a [dev.lanewise.kernel.code.Loop] what comes out. Nothing here knows who
/// calls, or with how much work. Emitted classes are of this package, and may use what is private to it.
///
/// Internal, though public: other packages of the library use it, and it may change with every release.
package dev.lanewise.kernel.code;
