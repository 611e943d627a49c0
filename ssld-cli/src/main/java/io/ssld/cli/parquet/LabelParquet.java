package io.ssld.cli.parquet;

import io.ssld.base.internal.AtomicFiles;
import io.ssld.core.labels.LabelStoreManifest;
import io.ssld.core.labels.LabelStoreWriter;
import io.ssld.core.labels.SoftLabelStore;
import io.ssld.core.labels.StoredLabel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.io.api.Binary;
import org.jspecify.annotations.Nullable;

/**
 * Label stores as Parquet files and back. A row is the label of a view; what else a store holds is
 * in the file's metadata, so that the file alone gives the same store again, byte for byte.
 */
public final class LabelParquet {

    private LabelParquet() {}

    /**
     * Writes a file, sorted by image and view.
     *
     * @param store the store, or a share of one
     * @param file the file to create or replace, whole or not at all
     * @return the number of rows
     * @throws IOException if the store is damaged or the file cannot be written
     */
    public static long write(SoftLabelStore store, Path file) throws IOException {
        // First all of it: a file must not hold what the store's checksums do not vouch for.
        store.verify();
        AtomicFiles.writeChannel(
                file,
                channel -> {
                    int topK = store.header().topK();
                    try (LabelFileWriter writer =
                            new LabelFileWriter(channel, topK, LabelFileWriter.GROUP_BYTES)) {
                        for (long digest : store.images()) {
                            Binary image = Binary.fromString(HexFormat.of().toHexDigits(digest));
                            for (int view = 0; view < store.header().viewCount(); view++) {
                                StoredLabel label = store.read(digest, view);
                                writer.add(
                                        image,
                                        view,
                                        label.classes(),
                                        label.logProbabilities(),
                                        label.logTail());
                            }
                        }
                        writer.finish(store.manifest().toMap());
                    }
                });
        return (long) store.size() * store.header().viewCount();
    }

    /**
     * Makes a store of files.
     *
     * @param files their rows together sorted by image and view, one for each image and view
     * @param described a file whose metadata tell the store, where those of {@code files} do not,
     *     such as files that Spark wrote
     * @param changed whether other labels than the exported ones are meant to be taken
     * @param target the folder to create
     * @return the store
     * @throws IOException if a file is damaged, has other columns or a wrong label, naming file and
     *     row; if no file tells the store, or two tell different ones; if labels are missing, or
     *     other than those that were exported and not {@code changed}; or the target holds files
     * @throws IllegalArgumentException if there is no file
     */
    public static SoftLabelStore read(
            List<Path> files, @Nullable Path described, boolean changed, Path target)
            throws IOException {
        if (files.isEmpty()) {
            throw new IllegalArgumentException("files must hold a file, but were empty");
        }
        LabelStoreManifest told = described == null ? manifest(files) : manifest(described);
        LabelStoreManifest manifest = changed ? told.changed() : told;
        try (LabelStoreWriter writer = LabelStoreWriter.create(target, manifest)) {
            for (Path file : files) {
                try (LabelFileReader reader = LabelFileReader.open(file)) {
                    reader.read(manifest.header().topK(), writer::add);
                }
            }
            return writer.finish();
        }
    }

    private static LabelStoreManifest manifest(Path file) throws IOException {
        return find(file)
                .orElseThrow(
                        () ->
                                new IOException(
                                        "%s must tell in its metadata what its labels are of, but has no %s"
                                                .formatted(file, LabelStoreManifest.FORMAT_KEY)));
    }

    private static Optional<LabelStoreManifest> find(Path file) throws IOException {
        try (ParquetInput input = ParquetInput.open(file)) {
            return input.metadata().containsKey(LabelStoreManifest.FORMAT_KEY)
                    ? Optional.of(LabelStoreManifest.fromMap(input.metadata(), file.toString()))
                    : Optional.empty();
        }
    }

    /** What those of the files tell that tell something. */
    private static LabelStoreManifest manifest(List<Path> files) throws IOException {
        LabelStoreManifest manifest = null;
        for (Path file : files) {
            LabelStoreManifest other = find(file).orElse(null);
            if (manifest != null && other != null && !manifest.equals(other)) {
                throw new IOException(
                        ("%s must be of the store of the files before, but is of the one "
                                        + "with digest %s, and those of %s; merge stores instead")
                                .formatted(file, other.digest(), manifest.digest()));
            }
            manifest = manifest == null ? other : manifest;
        }
        if (manifest == null) {
            throw new IOException(
                    ("%s must tell in its metadata what its labels are of, but has no "
                                    + "%s; name the file that was exported with --metadata")
                            .formatted(files.get(0), LabelStoreManifest.FORMAT_KEY));
        }
        return manifest;
    }
}
