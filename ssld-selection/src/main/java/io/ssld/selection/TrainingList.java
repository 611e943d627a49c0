package io.ssld.selection;

import io.ssld.base.internal.AtomicFiles;
import io.ssld.base.internal.ClassNameMatch;
import io.ssld.base.internal.CsvText;
import io.ssld.base.internal.Setting;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.selection.DroppedImage.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Merges labelled and mined images into the list that a student is trained on, and keeps the
 * validation images out of it.
 *
 * <p>The labelled images come first, the mined lists in the order given. Paths are written relative
 * to the labelled list's root where they lie below it, and absolute otherwise. Of images with one
 * path or one content the first stays: a labelled one before a mined one. No image of the
 * validation list can enter, by path or by content; one that differs by a pixel is the
 * near-duplicate finder's.
 *
 * <p>Contents are told by the first eight bytes of their SHA-256: of ten million images the chance
 * that any two different ones are taken for equal is 3 in a million, and then one is left out.
 * Every file is read once. Memory: the lists and about 150 bytes an image.
 */
public final class TrainingList {

    private final ImageList labelled;
    private final List<ImageList> mined;
    private final @Nullable ImageList validation;
    private final MinedLabel minedLabel;
    private final boolean refuse;
    private final int workers;

    private TrainingList(Builder builder) {
        labelled = builder.labelled.required();
        mined = List.copyOf(builder.mined);
        validation = builder.validation.orNull();
        minedLabel = builder.minedLabel.or(MinedLabel.NONE);
        refuse = builder.refuse.or(false);
        workers = builder.workers.or(Runtime.getRuntime().availableProcessors());
    }

    /**
     * Starts a merge.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * What came of a merge.
     *
     * @param images the training list
     * @param labelled how many of them are of the labelled list
     * @param mined how many are of the mined ones
     * @param dropped what is not in it, in the order of the lists
     */
    public record Merged(ImageList images, int labelled, int mined, List<DroppedImage> dropped) {

        /**
         * Keeps its own copy of the list.
         *
         * @throws NullPointerException naming the component
         */
        public Merged {
            Objects.requireNonNull(images, "images");
            Objects.requireNonNull(dropped, "dropped");
            dropped = List.copyOf(dropped);
        }

        /**
         * Writes what was left out as CSV (RFC 4180, UTF-8, header {@code path,reason,other}).
         *
         * @param file the file to create or replace
         * @throws IOException if the file cannot be written
         */
        public void writeDropped(Path file) throws IOException {
            Objects.requireNonNull(file, "file");
            StringBuilder text = new StringBuilder("path,reason,other\n");
            for (DroppedImage image : dropped) {
                text.append(CsvText.quoted(image.path().toString())).append(',');
                text.append(image.reason().name().toLowerCase(Locale.ROOT)).append(',');
                text.append(CsvText.quoted(image.other())).append('\n');
            }
            AtomicFiles.writeString(file, text.toString());
        }
    }

    /**
     * Merges.
     *
     * @return the list and what is not in it
     * @throws IOException if a validation image cannot be read, so that nobody could tell whether
     *     it enters; or contamination is to be refused and there is some
     */
    public Merged merge() throws IOException {
        Seen validated = new Seen();
        if (validation != null) {
            addValidation(validation, validated);
        }
        if (minedLabel == MinedLabel.KEPT) {
            for (ImageList list : mined) {
                ClassNameMatch.require(
                        "labelled images in " + labelled.root(),
                        labelled.classNames(),
                        "mined images in " + list.root(),
                        list.classNames());
            }
        }
        Seen seen = new Seen();
        List<ImageEntry> entries = new ArrayList<>();
        List<DroppedImage> dropped = new ArrayList<>();
        add(labelled, MinedLabel.KEPT, validated, seen, entries, dropped);
        int ofLabelled = entries.size();
        for (ImageList list : mined) {
            // On the labelled list's root, so that all paths lead to their files.
            add(list.on(labelled.root()), minedLabel, validated, seen, entries, dropped);
        }
        if (refuse) {
            requireClean(dropped);
        }
        return new Merged(
                new ImageList(labelled.root(), entries, labelled.classNames()),
                ofLabelled,
                entries.size() - ofLabelled,
                dropped);
    }

    private void addValidation(ImageList images, Seen validated) throws IOException {
        List<Path> files = images.entries().stream().map(images::resolve).toList();
        List<ContentDigests.Content> contents = ContentDigests.of(files, workers);
        for (int i = 0; i < files.size(); i++) {
            String fault = contents.get(i).fault();
            if (fault != null) {
                throw new IOException(
                        "validation image must be readable, but %s was not: %s; mend or remove it"
                                .formatted(files.get(i), fault));
            }
            validated.add(files.get(i), contents.get(i).digest(), images.entries().get(i).path());
        }
    }

    private void add(
            ImageList images,
            MinedLabel label,
            Seen validated,
            Seen seen,
            List<ImageEntry> entries,
            List<DroppedImage> dropped)
            throws IOException {
        List<Path> files = images.entries().stream().map(images::resolve).toList();
        List<ContentDigests.Content> contents = ContentDigests.of(files, workers);
        for (int i = 0; i < files.size(); i++) {
            ImageEntry entry = images.entries().get(i);
            DroppedImage problem =
                    problem(entry.path(), files.get(i), contents.get(i), validated, seen);
            String unlistable = ImageList.unlistable(entry);
            if (problem == null && unlistable != null) {
                problem = new DroppedImage(entry.path(), Reason.UNREADABLE, unlistable);
            }
            if (problem == null) {
                seen.add(files.get(i), contents.get(i).digest(), entry.path());
                entries.add(labelled(entry, label));
            } else {
                dropped.add(problem);
            }
        }
    }

    private static @Nullable DroppedImage problem(
            Path path, Path file, ContentDigests.Content content, Seen validated, Seen seen) {
        Path other = validated.path(file);
        if (other != null) {
            return new DroppedImage(path, Reason.VALIDATION_PATH, other.toString());
        }
        String fault = content.fault();
        if (fault != null) {
            return new DroppedImage(path, Reason.UNREADABLE, fault);
        }
        other = validated.content(content.digest());
        if (other != null) {
            return new DroppedImage(path, Reason.VALIDATION_CONTENT, other.toString());
        }
        other = seen.path(file);
        if (other != null) {
            return new DroppedImage(path, Reason.SAME_PATH, other.toString());
        }
        other = seen.content(content.digest());
        return other == null ? null : new DroppedImage(path, Reason.SAME_CONTENT, other.toString());
    }

    private static ImageEntry labelled(ImageEntry entry, MinedLabel label) {
        return switch (label) {
            case NONE -> ImageEntry.unlabelled(entry.path());
            case ZERO -> new ImageEntry(entry.path(), 0);
            case KEPT -> entry;
        };
    }

    private static void requireClean(List<DroppedImage> dropped) throws IOException {
        List<DroppedImage> bad =
                dropped.stream().filter(image -> image.reason().isContamination()).toList();
        if (!bad.isEmpty()) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "lists must hold no validation image, but %d do, the first: %s equals"
                                    + " %s",
                            bad.size(),
                            bad.get(0).path(),
                            bad.get(0).other()));
        }
    }

    /** Images by place and by content. */
    private static final class Seen {

        private final Map<Path, Path> byPlace = new HashMap<>();
        private final Map<Long, Path> byContent = new HashMap<>();

        void add(Path file, long digest, Path written) {
            byPlace.putIfAbsent(place(file), written);
            byContent.putIfAbsent(digest, written);
        }

        @Nullable Path path(Path file) {
            return byPlace.get(place(file));
        }

        @Nullable Path content(long digest) {
            return byContent.get(digest);
        }

        private static Path place(Path file) {
            return file.toAbsolutePath().normalize();
        }
    }

    /** Settings of a {@link TrainingList}. */
    public static final class Builder {

        private final Setting<ImageList> labelled = new Setting<>("labelled");
        private final List<ImageList> mined = new ArrayList<>();
        private final Setting<ImageList> validation = new Setting<>("validation");
        private final Setting<MinedLabel> minedLabel = new Setting<>("minedLabel");
        private final Setting<Boolean> refuse = new Setting<>("refuseContamination");
        private final Setting<Integer> workers = new Setting<>("workers");

        private Builder() {}

        /**
         * Sets the images of people's labels; labels are kept as they are.
         *
         * @param images the list, may be empty; its root is the merged list's
         * @return this builder
         */
        public Builder setLabelled(ImageList images) {
            labelled.set(images);
            return this;
        }

        /**
         * Adds mined images.
         *
         * @param images such as what {@link TopKPerClass} or {@link GeneralImages} selected
         * @return this builder
         */
        public Builder addMined(ImageList images) {
            mined.add(Objects.requireNonNull(images, "images"));
            return this;
        }

        /**
         * Sets the images that must not get in; default none.
         *
         * @param images the validation list; every one must be readable
         * @return this builder
         */
        public Builder optValidation(ImageList images) {
            validation.set(images);
            return this;
        }

        /**
         * Sets what to write as the class of mined images; default {@link MinedLabel#NONE}.
         *
         * @param label what to write
         * @return this builder
         */
        public Builder optMinedLabel(MinedLabel label) {
            minedLabel.set(label);
            return this;
        }

        /**
         * Sets whether a validation image among the others is an error; default false: it is left
         * out and reported.
         *
         * @param refuse whether to fail
         * @return this builder
         */
        public Builder optRefuseContamination(boolean refuse) {
            this.refuse.set(refuse);
            return this;
        }

        /**
         * Sets how many threads read files; default one a processor.
         *
         * @param threads at least 1
         * @return this builder
         */
        public Builder optWorkers(int threads) {
            if (threads < 1) {
                throw new IllegalArgumentException(
                        "workers must be at least 1, but was " + threads);
            }
            workers.set(threads);
            return this;
        }

        /**
         * Creates the merge.
         *
         * @return the merge
         * @throws IllegalStateException if there is no labelled list
         */
        public TrainingList build() {
            Setting.requireAll(labelled);
            return new TrainingList(this);
        }
    }
}
