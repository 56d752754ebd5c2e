/// What the pages say is so: their programs run and print what is shown, their commands are known, their links lead somewhere,
/// and a table of figures has the command that gives it. A page that lies in `src/docs` is tested without being named anywhere;
/// what a page has to keep to stands in CONTRIBUTING.md.
package dev.lanewise.docs;
