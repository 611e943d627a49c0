package io.ssld.core.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuarantineTest {

    @TempDir Path folder;

    @Test
    void add_fromManyThreads_keepsEachPathOnceSorted() {
        Quarantine quarantine = new Quarantine();
        IntStream.range(0, 1000)
                .parallel()
                .forEach(i -> quarantine.add(Path.of("p" + i % 10), "same"));
        assertThat(quarantine.size()).isEqualTo(10);
        assertThat(quarantine.entries()).extracting(QuarantinedImage::path).isSorted().hasSize(10);
        quarantine.add(Path.of("p3"), "later");
        assertThat(quarantine.entries().get(3).reason()).isEqualTo("same");
        assertThat(quarantine.contains(Path.of("p3"))).isTrue();
        assertThat(quarantine.contains(Path.of("q"))).isFalse();
    }

    @Test
    void writeCsv_quotes_andReplaces() throws IOException {
        Path file = Files.writeString(folder.resolve("bad.csv"), "old");
        Quarantine quarantine = new Quarantine();
        quarantine.add(Path.of("b, c.png"), "says \"no\"\nand more");
        quarantine.add(Path.of("a.png"), "file not found");
        quarantine.writeCsv(file);
        assertThat(file)
                .hasContent(
                        """
                        path,reason
                        "a.png","file not found"
                        "b, c.png","says ""no""
                        and more"
                        """);
        assertThat(folder).isDirectoryNotContaining(p -> !p.equals(file));
    }
}
