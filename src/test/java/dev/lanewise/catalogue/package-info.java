/// What the library has, for tests: every public operation, layer, loss, optimizer and schedule, a line each, with all that tests
/// hold it to. Tests read these lists and have none of their own; CatalogueTest asks that nothing is missing.
package dev.lanewise.catalogue;
