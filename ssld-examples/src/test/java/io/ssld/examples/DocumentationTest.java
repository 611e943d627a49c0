package io.ssld.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compiles every Java block of README.md and docs/. A block is a sequence of statements; what it
 * takes for granted stands in an HTML comment before it: {@code <!-- assumes: Model student; -->}.
 */
class DocumentationTest {

    private static final Path ROOT =
            Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());

    private static final Pattern BLOCK =
            Pattern.compile(
                    "(?:<!-- assumes: ([^>]*?) -->\\s*)?^```java\\n(.*?)^```",
                    Pattern.MULTILINE | Pattern.DOTALL);

    private static final List<String> IMPORTS =
            List.of(
                    "ai.djl.*",
                    "ai.djl.engine.*",
                    "ai.djl.ndarray.*",
                    "ai.djl.ndarray.types.*",
                    "ai.djl.nn.*",
                    "ai.djl.nn.core.*",
                    "ai.djl.repository.zoo.*",
                    "ai.djl.training.*",
                    "ai.djl.training.dataset.*",
                    "ai.djl.training.listener.*",
                    "ai.djl.training.loss.*",
                    "io.ssld.core.*",
                    "io.ssld.core.checkpoint.*",
                    "io.ssld.core.data.*",
                    "io.ssld.core.evaluation.*",
                    "io.ssld.core.labels.*",
                    "io.ssld.core.plan.*",
                    "io.ssld.core.run.*",
                    "io.ssld.core.search.*",
                    "io.ssld.core.teacher.*",
                    "io.ssld.core.train.*",
                    "io.ssld.engine.*",
                    "io.ssld.images.view.*",
                    "io.ssld.finetuning.*",
                    "io.ssld.losses.*",
                    "io.ssld.selection.*",
                    "io.ssld.selection.duplicates.*",
                    "io.ssld.zoo.*",
                    "io.ssld.weights.*",
                    "java.nio.file.*",
                    "java.time.*",
                    "java.util.*");

    @TempDir private Path classes;

    /** A block and where it stands. */
    private record Block(String place, String assumptions, String code) {
        @Override
        public String toString() {
            return place;
        }
    }

    static List<Block> blocks() throws IOException {
        List<Block> blocks = new ArrayList<>();
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            List<Path> pages = new ArrayList<>(docs.sorted().toList());
            pages.add(0, ROOT.resolve("README.md"));
            for (Path page : pages) {
                String text = Files.readString(page);
                Matcher matcher = BLOCK.matcher(text);
                while (matcher.find()) {
                    long line = text.substring(0, matcher.start(2)).lines().count() + 1;
                    String assumptions = matcher.group(1) == null ? "" : matcher.group(1);
                    blocks.add(
                            new Block(
                                    page.getFileName() + ":" + line,
                                    assumptions,
                                    matcher.group(2)));
                }
            }
        }
        return blocks;
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void codeBlock_ofTheDocumentation_compiles(Block block) {
        String source =
                IMPORTS.stream().map(name -> "import " + name + ";\n").collect(Collectors.joining())
                        + "class Snippet {\n"
                        + block.assumptions()
                        + "\nvoid run() throws Exception {\n"
                        + block.code()
                        + "}\n}\n";
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        boolean compiled =
                compiler.getTask(
                                messages,
                                null,
                                null,
                                List.of("-d", classes.toString(), "-proc:none"),
                                null,
                                List.of(new Source(source)))
                        .call();
        assertThat(compiled).as("%s%n%s", source, messages).isTrue();
    }

    @Test
    void documentation_hasBlocks_toCompile() throws IOException {
        assertThat(blocks()).hasSizeGreaterThan(8);
        long fences;
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            fences =
                    Stream.concat(docs, Stream.of(ROOT.resolve("README.md")))
                            .mapToLong(DocumentationTest::fences)
                            .sum();
        }
        assertThat(blocks()).as("every fence is found").hasSize((int) fences);
    }

    static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            return Stream.concat(
                            Stream.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md")),
                            docs.sorted())
                    .toList();
        }
    }

    /** Commands name classes to start, sentences name packages: what moved is told here. */
    @ParameterizedTest
    @MethodSource("pages")
    void classAndPackage_ofAPage_exists(Path page) throws IOException {
        List<Path> sources = modules().stream().map(m -> m.resolve("src/main/java")).toList();
        Matcher names =
                Pattern.compile("io\\.ssld(\\.[a-z][a-z0-9]*)*(\\.[A-Z]\\w*)?")
                        .matcher(Files.readString(page));
        while (names.find()) {
            String place = names.group().replace('.', '/');
            assertThat(sources)
                    .as("%s of %s", names.group(), page)
                    .anyMatch(
                            source ->
                                    Files.exists(source.resolve(place))
                                            || Files.exists(source.resolve(place + ".java")));
        }
    }

    /** Paths below a module, but for what a build makes. */
    @ParameterizedTest
    @MethodSource("pages")
    void moduleAndPath_ofAPage_exists(Path page) throws IOException {
        Matcher paths =
                Pattern.compile("(?<![\\w/-])(ssld-[a-z]+)((/[\\w.-]*\\w)+)")
                        .matcher(Files.readString(page));
        while (paths.find()) {
            assertThat(ROOT.resolve(paths.group(1)).resolve("pom.xml")).as("%s", page).exists();
            if (!paths.group(2).startsWith("/target")) {
                assertThat(ROOT.resolve(paths.group())).as("%s", page).exists();
            }
        }
    }

    private static List<Path> modules() throws IOException {
        try (Stream<Path> folders = Files.list(ROOT)) {
            return folders.filter(folder -> Files.exists(folder.resolve("pom.xml"))).toList();
        }
    }

    private static long fences(Path page) {
        try (Stream<String> lines = Files.lines(page)) {
            return lines.filter(line -> line.strip().startsWith("```java")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String code;

        Source(String code) {
            super(URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE);
            this.code = code;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return code;
        }
    }
}
