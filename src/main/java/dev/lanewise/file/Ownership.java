package dev.lanewise.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;

/// Who may do what with a file.
final class Ownership {

    private Ownership() {}

    /// Gives a file the permissions of another and, as far as this user may, its owner, group and access list.
    static void copy(Path from, Path to) throws IOException {
        var posix = Files.getFileAttributeView(from, PosixFileAttributeView.class);
        if (posix != null) {
            var attributes = posix.readAttributes();
            var view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
            var own = view.readAttributes();
            if (!own.group().equals(attributes.group())) tryTo(() -> view.setGroup(attributes.group()));
            if (!own.owner().equals(attributes.owner())) tryTo(() -> view.setOwner(attributes.owner()));
            view.setPermissions(attributes.permissions()); // last: a new owner may take some away
            return;
        }
        var owner = Files.getFileAttributeView(from, FileOwnerAttributeView.class);
        if (owner != null) tryTo(() -> Files.setOwner(to, owner.getOwner()));
        var acl = Files.getFileAttributeView(from, AclFileAttributeView.class);
        if (acl != null) tryTo(() -> Files.getFileAttributeView(to, AclFileAttributeView.class).setAcl(acl.getAcl()));
    }

    @FunctionalInterface
    private interface Change {
        void make() throws IOException;
    }

    /// Giving a file away is for its owner to refuse, or for the system.
    private static void tryTo(Change change) throws IOException {
        try {
            change.make();
        } catch (FileSystemException | UnsupportedOperationException e) {
            // it stays with this user
        }
    }
}
