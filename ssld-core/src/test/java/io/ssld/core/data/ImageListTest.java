package io.ssld.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ssld.core.data.internal.Presence;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageListTest {

    @TempDir Path folder;

    private static ImageEntry entry(String path, int label) {
        return new ImageEntry(Path.of(path), label);
    }

    private static ImageEntry bare(String path) {
        return ImageEntry.unlabelled(Path.of(path));
    }

    private ImageList listOf(ImageEntry... entries) {
        return new ImageList(folder, List.of(entries));
    }

    private ImageList read(String text) throws IOException {
        return ImageList.read(Files.writeString(folder.resolve("list.txt"), text), folder);
    }

    @Test
    void read_pathsOfAllKinds_keepsThem() throws IOException {
        String text =
                "\uFEFFa.jpg 3\r\n\n  \t\nwith two  spaces.jpg   7\nb\t8.png\t12 \n/abs/x.png 0\n"
                        + "Größe/画像 😀.jpg 5\nmined/no label.jpg\na.jpg 3\nname,5\nx -y\n12";
        assertThat(read(text).entries())
                .containsExactly(
                        entry("a.jpg", 3),
                        entry("with two  spaces.jpg", 7),
                        entry("b\t8.png", 12),
                        entry("/abs/x.png", 0),
                        entry("Größe/画像 😀.jpg", 5),
                        bare("mined/no label.jpg"),
                        entry("a.jpg", 3),
                        bare("name,5"),
                        bare("x -y"),
                        bare("12"));
    }

    @Test
    void read_ownDelimiter_splitsAtTheLastOne() throws IOException {
        Path file = Files.writeString(folder.resolve("l.csv"), "a, b.jpg, 4\nc 12\nd::5\n");
        assertThat(ImageList.read(file, folder, ",").entries())
                .containsExactly(entry("a, b.jpg", 4), bare("c 12"), bare("d::5"));
        assertThat(ImageList.read(file, folder, "::").entries())
                .containsExactly(bare("a, b.jpg, 4"), bare("c 12"), entry("d", 5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "2147483648", "99999999999999999999"})
    void read_labelOutOfRange_namesFileAndLine(String label) {
        assertThatIOException()
                .isThrownBy(() -> read("a.jpg 1\n\nb.jpg " + label + "\n"))
                .withMessageContaining(
                        "list.txt, line 3: label must be in 0..2147483647, but was " + label);
    }

    @Test
    void read_labelWithoutPath_namesFileAndLine() throws IOException {
        Path file = Files.writeString(folder.resolve("l.csv"), ",4\n");
        assertThatIOException()
                .isThrownBy(() -> ImageList.read(file, folder, ","))
                .withMessageContaining("l.csv, line 1: path must not be empty");
    }

    @Test
    void read_notUtf8_namesFile() throws IOException {
        Path file = Files.write(folder.resolve("l.txt"), new byte[] {'a', (byte) 0xE4, '\n'});
        assertThatIOException()
                .isThrownBy(() -> ImageList.read(file, folder))
                .withMessageContaining("l.txt must be UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "a\r"})
    void read_badDelimiter_isRefused(String delimiter) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageList.read(folder, folder, delimiter))
                .withMessageContaining("delimiter must be text without line breaks");
    }

    @Test
    void write_thenRead_givesEqualEntries() throws IOException {
        ImageList list =
                listOf(
                        entry("a b\tc.jpg", 0),
                        entry("img 12", 7),
                        bare("mined/x y.jpg"),
                        entry("/abs/Ä.png", Integer.MAX_VALUE),
                        entry("img 12", 7));
        Path file = folder.resolve("out.txt");
        list.write(file);
        assertThat(ImageList.read(file, folder)).isEqualTo(list);
        assertThat(Files.readString(file)).startsWith("a b\tc.jpg 0\nimg 12 7\nmined/x y.jpg\n");
        list.write(file, "\t");
        assertThat(ImageList.read(file, folder, "\t")).isEqualTo(list);
    }

    @Test
    void write_pathThatWouldReadBackLabelled_needsAnotherDelimiter() throws IOException {
        ImageList list = listOf(bare("img 12"));
        Path file = folder.resolve("out.txt");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> list.write(file))
                .withMessageContaining("'img 12'")
                .withMessageContaining("another delimiter");
        assertThat(file).doesNotExist();
        list.write(file, "\t");
        assertThat(ImageList.read(file, folder, "\t")).isEqualTo(list);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb", " a", "a ", "\uFEFFa", "x -3"})
    void write_pathThatCannotBeReadBack_isRefused(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> listOf(bare(path)).write(folder.resolve("out.txt")))
                .withMessageContaining("path must read back");
    }

    @Test
    void entry_badLabelOrPath_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> entry("a", -2));
        assertThatIllegalArgumentException().isThrownBy(() -> bare(""));
    }

    @Test
    void merge_otherRoots_leadsToTheSameFiles() {
        ImageList home = listOf(entry("a.jpg", 1));
        ImageList below = new ImageList(folder.resolve("sub"), List.of(bare("b.jpg")));
        ImageList away = new ImageList(Path.of("/elsewhere"), List.of(entry("c.jpg", 2)));
        ImageList all = home.merge(below, away, home);
        assertThat(all.entries())
                .containsExactly(
                        entry("a.jpg", 1),
                        bare("sub/b.jpg"),
                        entry("/elsewhere/c.jpg", 2),
                        entry("a.jpg", 1));
        assertThat(all.resolve(all.entries().get(1)))
                .isEqualTo(below.resolve(below.entries().get(0)));
        assertThat(all.resolve(all.entries().get(2))).isEqualTo(Path.of("/elsewhere/c.jpg"));
    }

    @Test
    void minus_otherRootAndSpelling_removesTheFile() {
        ImageList list = listOf(entry("sub/b.jpg", 1), entry("a.jpg", 2), entry("sub/./b.jpg", 3));
        ImageList gone = new ImageList(folder.resolve("sub/x"), List.of(bare("../b.jpg")));
        assertThat(list.minus(gone).entries()).containsExactly(entry("a.jpg", 2));
    }

    private ImageList ofClasses(int... sizes) {
        List<ImageEntry> entries = new ArrayList<>();
        for (int label = 0; label < sizes.length; label++) {
            for (int i = 0; i < sizes[label]; i++) {
                entries.add(entry(label + "/" + i + ".png", label));
            }
        }
        return new ImageList(folder, entries);
    }

    @Test
    void split_givesEachClassItsShare() {
        ImageList list = ofClasses(50, 30, 20);
        ImageList.Split split = list.split(10, 4);
        assertThat(IntStream.range(0, 3).map(c -> count(split.part(), c))).containsExactly(5, 3, 2);
        assertThat(split.part().merge(split.rest()).entries())
                .containsExactlyInAnyOrderElementsOf(list.entries());
        assertThat(split.rest().entries()).isSubsetOf(list.entries()).hasSize(90);
        assertThat(list.split(10, 4)).isEqualTo(split);
        assertThat(list.split(10, 5)).isNotEqualTo(split);
        assertThat(list.splitFraction(0.1, 4)).isEqualTo(split);
        // Kept in the list's order, as the rest is.
        assertThat(list.entries().stream().filter(split.part().entries()::contains))
                .containsExactlyElementsOf(split.part().entries());
    }

    @Test
    void split_sharesThatAreNotWhole_addUp() {
        ImageList list = ofClasses(3, 3, 3, 1).merge(listOf(bare("u")));
        for (int count = 0; count <= list.size(); count++) {
            assertThat(list.split(count, 1).part().size()).isEqualTo(count);
        }
    }

    @Test
    void split_outOfRange_isRefused() {
        ImageList list = ofClasses(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> list.split(3, 0))
                .withMessage("count must be in 0..2, but was 3");
        assertThatIllegalArgumentException().isThrownBy(() -> list.splitFraction(1.1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> list.splitFraction(Double.NaN, 0));
    }

    private static int count(ImageList list, int label) {
        return (int) list.entries().stream().filter(e -> e.label() == label).count();
    }

    @Test
    void labels_filteredDroppedAndCounted() {
        ImageList list = listOf(entry("a", 0), bare("b"), entry("c", 9));
        assertThat(list.labelled().entries()).containsExactly(entry("a", 0), entry("c", 9));
        assertThat(list.unlabelled().entries()).containsExactly(bare("a"), bare("b"), bare("c"));
        assertThat(list.maxLabel()).isEqualTo(9);
        assertThat(list.unlabelled().maxLabel()).isEqualTo(ImageEntry.UNLABELLED);
        assertThat(list.size()).isEqualTo(3);
    }

    @Test
    void digest_dependsOnEntriesAndNotOnRoot() {
        ImageList list = listOf(entry("a", 1), bare("b"));
        assertThat(list.digest()).hasSize(64);
        assertThat(new ImageList(Path.of("x"), list.entries()).digest()).isEqualTo(list.digest());
        assertThat(listOf(bare("b"), entry("a", 1)).digest()).isNotEqualTo(list.digest());
        assertThat(listOf(entry("a", 2), bare("b")).digest()).isNotEqualTo(list.digest());
        assertThat(list.unlabelled().digest()).isNotEqualTo(list.digest());
    }

    @Test
    void merge_ofAZipAndTheDefaultFileSystem_leadsToBoth() throws IOException {
        Files.writeString(folder.resolve("a.png"), "a");
        Path zip = folder.resolve("images.zip");
        try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            Files.createDirectory(files.getPath("/cat"));
            Files.writeString(files.getPath("/cat/b.png"), "b");
            ImageList zipped = ImageList.ofFolder(files.getPath("/"));
            assertThat(zipped.classNames()).containsExactly("cat");
            ImageList merged = listOf(entry("a.png", 0)).merge(zipped);
            ImageList other = zipped.merge(listOf(entry("a.png", 0)));
            assertThat(Presence.of(merged).missing()).isEmpty();
            assertThat(Presence.of(other).missing()).isEmpty();
            assertThat(merged.minus(zipped).entries()).containsExactly(entry("a.png", 0));
            Quarantine quarantine = new Quarantine();
            merged.entries().forEach(e -> quarantine.add(merged.resolve(e), "tried"));
            assertThat(quarantine.entries()).hasSize(2);
            // A list file could not say where they are.
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> merged.write(folder.resolve("list.txt")));
            // Paths of a list file mean the file system of its root.
            ImageList listed =
                    ImageList.read(
                            Files.writeString(folder.resolve("l.txt"), "cat/b.png 0\n"),
                            files.getPath("/"));
            assertThat(Presence.of(listed).missing()).isEmpty();
        }
    }

    @Test
    void on_anotherRoot_readsBackFromThere() throws IOException {
        Path lists = Files.createDirectories(folder.resolve("lists"));
        ImageList mixed =
                new ImageList(
                        folder,
                        List.of(entry("pool/a.png", 1), entry("lists/b.png", -1), bare("c 1.png")));
        mixed.on(lists).write(lists.resolve("l.txt"));
        ImageList back = ImageList.read(lists.resolve("l.txt"), lists);
        assertThat(back.entries().stream().map(back::resolve))
                .containsExactlyElementsOf(mixed.entries().stream().map(mixed::resolve).toList());
        assertThat(back.entries().get(1)).isEqualTo(bare("b.png"));
    }

    @Test
    void merge_ofOtherClassNames_isRefused() {
        ImageList one = listOf(entry("a.png", 0)).withClassNames(List.of("cat", "dog"));
        ImageList other =
                new ImageList(Path.of("x"), List.of(entry("b", 1)), List.of("dog", "cat"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> one.merge(other))
                .withMessageContaining(
                        "2 of 2 are in another order: class 0 is 'cat' and 'dog', class 1 is 'dog'"
                                + " and 'cat'");
        // Without labels there is nothing to confuse.
        assertThat(one.merge(other.unlabelled()).classNames()).containsExactly("cat", "dog");
        assertThat(listOf(entry("a.png", 0)).merge(other).classNames())
                .containsExactly("dog", "cat");
    }

    @Test
    void unlistable_names_areTold() {
        assertThat(ImageList.unlistable(bare("a b.png"))).isNull();
        assertThat(ImageList.unlistable(bare(" a.png"))).contains("' a.png'; rename");
        assertThat(ImageList.unlistable(bare("a\nb.png"))).contains("a\\u000ab.png");
    }

    @Test
    void noBreakSpace_inAList_isShownAsWhatItIs() throws IOException {
        ImageList list = read("a.jpg\u00a03\n");
        assertThat(Presence.of(list).inWords()).contains("a.jpg\\u00a03'");
    }
}
