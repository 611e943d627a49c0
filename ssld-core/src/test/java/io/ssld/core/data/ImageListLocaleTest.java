package io.ssld.core.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Image lists where Java was started in a locale that lacks the letters of file names. */
class ImageListLocaleTest {

    @TempDir private Path folder;

    /** Run in a JVM of another locale: reads a folder or a list, and prints what is wrong. */
    static final class Reader {
        private Reader() {}

        public static void main(String[] args) throws Exception {
            try {
                Path given = Path.of(args[0]);
                ImageList read =
                        Files.isDirectory(given)
                                ? ImageList.ofFolder(given)
                                : ImageList.read(given, Objects.requireNonNull(given.getParent()));
                System.out.println("read " + read.size());
            } catch (Exception e) {
                System.out.println(e.getMessage());
            }
        }
    }

    private String readIn(String locale, Path given) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Reader.class.getName(),
                        given.toString());
        builder.environment().keySet().removeIf(name -> name.matches("LC_.*|LANG"));
        builder.environment().put("LC_ALL", locale);
        Process process = builder.redirectErrorStream(true).start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(told).isZero();
        return told;
    }

    /** The names are made by Java in a UTF-8 locale, which tests need not run in. */
    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere names do not depend on the locale")
    void imageList_localeWithoutTheLetters_namesFileAndRemedy() throws Exception {
        Path list = folder.resolve("list.txt");
        Files.writeString(list, "a.png 0\n\u00e9.png 1\n");
        assertThat(readIn("C", list))
                .contains("list.txt, line 2: ", ".png; start Java in a UTF-8 locale")
                .contains("LC_ALL=C.UTF-8");
        assertThat(readIn("C.UTF-8", list)).contains("read 2");

        Path images = Files.createDirectories(folder.resolve("images"));
        Process made =
                new ProcessBuilder("touch", "a.png", "\u00e9.png")
                        .directory(images.toFile())
                        .start();
        assertThat(made.waitFor()).isZero();
        if (System.getProperty("sun.jnu.encoding", "").equals("UTF-8")) {
            assertThat(readIn("C", images)).contains(".png; start Java in a UTF-8 locale");
            assertThat(readIn("C.UTF-8", images)).contains("read 2");
        }
    }
}
