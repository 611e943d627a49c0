package io.ssld.selection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentDigestsTest {

    @TempDir Path folder;

    @Test
    void of_device_isAFaultWithItsReason() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "content");

        // One that ends, since without the fault it would be read.
        List<ContentDigests.Content> found =
                ContentDigests.of(List.of(Path.of("/dev/null"), folder, file), 1);

        assertThat(found.get(0)).isEqualTo(new ContentDigests.Content(0, "not a regular file"));
        assertThat(found.get(1)).isEqualTo(new ContentDigests.Content(0, "not a regular file"));
        assertThat(found.get(2).fault()).isNull();
    }
}
