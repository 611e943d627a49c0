package io.ssld.zoo.resolve;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * The SHA-256 of a cached file, recorded beside it when the file is first used and compared ever
 * after. The record outlives the file, so that a second download must equal the first.
 */
final class Checksum {

    private static final int CHUNK = 1 << 16;

    private Checksum() {}

    static String of(Path file) throws IOException {
        MessageDigest digest = sha256();
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                digest.update(chunk, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Returns the file that keeps the checksum of another. */
    static Path record(Path file) {
        return file.resolveSibling(file.getFileName() + ".sha256");
    }

    /**
     * Compares content with what is known of a file, and records it if nothing is.
     *
     * @param content the file to look at
     * @param file the file that the record belongs to, in the end the same
     * @param published the checksum that the card knows
     * @param firstLook what must hold of the content before it is trusted
     */
    static void verify(Path content, Path file, Optional<String> published, ContentCheck firstLook)
            throws IOException {
        String actual = of(content);
        Path record = record(file);
        if (published.isPresent()) {
            require(content, actual, published.get(), "; delete the file to download it again");
        } else if (Files.exists(record)) {
            require(
                    content,
                    actual,
                    Files.readString(record).strip(),
                    " as on first use; delete the file to download it again, and "
                            + record
                            + " as well if the new content is the right one");
        } else {
            firstLook.check(content);
            write(record, actual);
        }
    }

    private static void require(Path content, String actual, String expected, String remedy)
            throws IOException {
        if (!actual.equalsIgnoreCase(expected)) {
            throw new ChecksumException(
                    "SHA-256 of %s must be %s, but was %s%s"
                            .formatted(content, expected, actual, remedy));
        }
    }

    private static void write(Path record, String checksum) throws IOException {
        // Not as a temporary file, which nobody else could read in a cache that is shared.
        Path partial =
                record.resolveSibling(record.getFileName() + "." + UUID.randomUUID() + ".partial");
        try {
            Files.writeString(partial, checksum + "\n", StandardOpenOption.CREATE_NEW);
            Files.move(partial, record, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** Trying again cannot help. */
    static final class ChecksumException extends IOException {

        private static final long serialVersionUID = 1L;

        ChecksumException(String message) {
            super(message);
        }
    }
}
