package io.ssld.base.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalPathsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/home/ann/pets/list.txt | …/list.txt",
                "/home/ann | …",
                "/home/Ann Smith/my pets/a b.txt | …/a b.txt",
                "--out=/home/Ann Smith/runs/first | --out=…/first",
                "C:\\Users\\ann\\list.txt | …/list.txt",
                "C:/Users/ann | …",
                "\\\\server\\share\\pets\\list.txt | …/list.txt",
                "//server/share/pets/list.txt | …/list.txt",
                "~/pets/dogs/list.txt | …/list.txt",
                "file:///home/ann/list.txt | …/list.txt",
                "read /home/ann/list.txt, then stop | read …/list.txt, then stop",
                "a=/home/ann/a.txt:/home/ann/b.txt | a=…/a.txt:…/b.txt",
                "see (/home/ann/list.txt) | see (…/list.txt)",
            })
    void strip_absolutePath_keepsLastNameAtMost(String text, String expected) {
        assertThat(LocalPaths.strip(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "pets/list.txt",
                "./pets/list.txt",
                "../list.txt",
                "https://example.org/models/teacher.pt",
                "use https://example.org/a for it",
                "a / b",
                "img/s",
                "ratio 1/2",
                "sha256:9f2c",
            })
    void strip_anythingElse_isKept(String text) {
        assertThat(LocalPaths.strip(text)).isEqualTo(text);
    }
}
