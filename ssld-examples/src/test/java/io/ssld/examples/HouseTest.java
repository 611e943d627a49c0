package io.ssld.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The floors of the house: what may use what, over the compiled classes of all modules. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HouseTest {

    /** Each module's package, and the floors below it that it may stand on. */
    private static final Map<String, List<String>> FLOORS = new LinkedHashMap<>();

    static {
        FLOORS.put("base", List.of());
        FLOORS.put("images", List.of("base"));
        FLOORS.put("engine", List.of("base"));
        FLOORS.put("weights", List.of("base", "engine"));
        FLOORS.put("losses", List.of("base", "engine"));
        FLOORS.put("zoo", List.of("base", "images", "engine", "weights"));
        FLOORS.put("core", List.of("base", "images", "engine", "weights", "losses"));
        FLOORS.put("selection", List.of("base", "images", "engine", "weights", "losses", "core"));
        FLOORS.put(
                "finetuning",
                List.of("base", "images", "engine", "weights", "losses", "zoo", "core"));
    }

    /** The most types that the root package of a module holds. */
    private static final Map<String, Integer> ROOMS = Map.of("core", 15, "zoo", 20, "cli", 15);

    private JavaClasses classes = new ClassFileImporter().importClasses();

    @BeforeAll
    void readClasses() {
        classes =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.ssld");
        assertThat(roots()).containsAll(FLOORS.keySet()).contains("cli", "examples");
    }

    private Set<String> roots() {
        return classes.stream()
                .map(type -> type.getPackageName().split("\\.", -1)[2])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void packages_none_stand_in_a_circle() {
        slices().matching("io.ssld.(**)").should().beFreeOfCycles().check(classes);
    }

    @Test
    void modules_standOnLowerFloorsAlone() {
        FLOORS.forEach(
                (module, lower) -> {
                    String[] others =
                            roots().stream()
                                    .filter(root -> !root.equals(module) && !lower.contains(root))
                                    .map(root -> "io.ssld." + root + "..")
                                    .toArray(String[]::new);
                    noClasses()
                            .that()
                            .resideInAPackage("io.ssld." + module + "..")
                            .should()
                            .dependOnClassesThat()
                            .resideInAnyPackage(others)
                            .check(classes);
                });
    }

    @Test
    void engine_aloneKnowsPyTorch() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.ssld.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl.pytorch..")
                .check(classes);
    }

    @Test
    void lowestFloors_knowNoDjl() {
        noClasses()
                .that()
                .resideInAnyPackage("io.ssld.base..", "io.ssld.images..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl..")
                .check(classes);
    }

    @Test
    void rootPackages_haveRoom() {
        ROOMS.forEach(
                (module, most) ->
                        assertThat(
                                        classes.stream()
                                                .filter(JavaClass::isTopLevelClass)
                                                .filter(
                                                        type ->
                                                                type.getPackageName()
                                                                        .equals(
                                                                                "io.ssld."
                                                                                        + module))
                                                .map(JavaClass::getSimpleName))
                                .as("types of io.ssld." + module)
                                .hasSizeLessThanOrEqualTo(most));
    }

    /** Each package has its row in docs/architecture.md, and each row its package. */
    @Test
    void architecturePage_listsEachPackage() throws IOException {
        Set<String> told = new TreeSet<>();
        Matcher names =
                Pattern.compile("`(io\\.ssld[a-z.]*)`")
                        .matcher(
                                Files.readAllLines(Path.of("../docs/architecture.md")).stream()
                                        .filter(line -> line.startsWith("| `io.ssld"))
                                        .map(line -> line.split("\\|", -1)[1])
                                        .collect(Collectors.joining("\n")));
        while (names.find()) {
            told.add(names.group(1));
        }
        Set<String> there =
                classes.stream()
                        .map(JavaClass::getPackageName)
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(told).isEqualTo(there);
    }
}
