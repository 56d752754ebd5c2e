package dev.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.testing.TemporaryFiles;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Looks behind all tests, which are over when these are run: none leaves a file or a folder where the JVM has temporary ones,
/// and no program that a test starts does.
class TemporaryFilesIT {

    /// They are taken away then, so that the next run's are its own.
    @Test
    void noTestLeavesATemporaryFile() throws Exception {
        assertTrue(TemporaryFiles.areOurs(), "the build has a folder for them");
        var left = TemporaryFiles.list();
        for (var file : left) TemporaryFiles.delete(file);
        assertEquals(List.of(), left, "left by a test, or by one that was killed (then the next run has none): use @TempDir, or"
            + " delete it");
    }
}
