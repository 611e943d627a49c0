package io.ssld.finetuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassNamesTest {

    @TempDir private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("labels.txt"), text);
    }

    @Test
    void read_namesAlone_keepTheirOrder() throws Exception {
        assertThat(ClassNames.read(file("\uFEFFdress\r\n\n  red hat \n3 piece suit\n")))
                .containsExactly("dress", "red hat", "3 piece suit");
    }

    @Test
    void read_numbersAndNames_takeTheirPlaces() throws Exception {
        assertThat(ClassNames.read(file("1 hat\n0 dress, long\n2\tshoes\n")))
                .containsExactly("dress, long", "hat", "shoes");
    }

    @Test
    void read_wrongFile_saysWhatIsWrong() throws Exception {
        assertThatThrownBy(() -> ClassNames.read(file("\n \n")))
                .hasMessageContaining("labels.txt must name a class a line, but is empty");
        assertThatThrownBy(() -> ClassNames.read(file("hat\ndress\nhat\n")))
                .hasMessageContaining("has 'hat' twice");
        assertThatThrownBy(() -> ClassNames.read(file("0 hat\n2 dress\n")))
                .hasMessageContaining("must number its 2 classes from 0 to 1", "'2 dress'");
        assertThatThrownBy(() -> ClassNames.read(file("0 hat\n0 dress\n")))
                .hasMessageContaining("has '0 dress'");
        assertThatThrownBy(() -> ClassNames.read(folder.resolve("none.txt")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void ofFolder_subFolders_areTheClasses() throws Exception {
        Files.createDirectories(folder.resolve("b"));
        Files.createDirectories(folder.resolve("a"));
        assertThat(ClassNames.ofFolder(folder)).containsExactly("a", "b");
        assertThatThrownBy(() -> ClassNames.ofFolder(folder.resolve("a")))
                .hasMessageContaining("must have a sub-folder a class");
    }

    @Test
    void numbered_count_namesByNumber() {
        assertThat(ClassNames.numbered(3)).isEqualTo(List.of("0", "1", "2"));
        assertThatThrownBy(() -> ClassNames.numbered(0)).hasMessageContaining("but was 0");
    }
}
