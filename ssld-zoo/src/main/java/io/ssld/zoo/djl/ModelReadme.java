package io.ssld.zoo.djl;

import io.ssld.zoo.Preprocessing;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The model card of a saved model, in Markdown. */
final class ModelReadme {

    private static final String NOT_STATED = "Not stated.";
    private static final int SHOWN_CLASSES = 20;

    private ModelReadme() {}

    static String text(SavedModel model, ModelNotes notes) {
        return String.format(
                Locale.ROOT,
                """
                # %s, %d classes

                | | |
                |---|---|
                | network | %s |
                | parameters | %s |
                | classes | %s |
                | input | %s |

                ## Data

                %s

                ## Teacher

                %s

                ## Metrics

                %s

                ## Licence

                %s

                ## Intended use

                %s

                ## Files

                `model.safetensors` has the weights, `serving.properties` what loads them, `synset.txt` the \
                names of the classes%s.
                DJL loads this folder by `Criteria.builder().setTypes(Image.class, \
                Classifications.class).optModelPath(folder)`
                with ssld-zoo and a PyTorch engine on the class path; DJL Serving needs nothing else either.
                """,
                model.architecture().modelName(),
                model.classes(),
                model.architecture().modelName(),
                String.format(
                        Locale.ROOT, "%,d", model.architecture().parameterCount(model.classes())),
                classes(model),
                input(model.preprocessing()),
                stated(notes.data()),
                stated(notes.teacher()),
                metrics(notes.metrics()),
                stated(notes.licence()),
                stated(notes.intendedUse()),
                notes.provenance().isPresent() ? ", `provenance.json` how they were made" : "");
    }

    private static String classes(SavedModel model) {
        String some =
                model.classNames().stream()
                        .limit(SHOWN_CLASSES)
                        .map(ModelReadme::cell)
                        .collect(Collectors.joining(", "));
        int more = model.classes() - SHOWN_CLASSES;
        return more > 0 ? some + " and " + more + " more" : some;
    }

    private static String input(Preprocessing how) {
        return String.format(
                Locale.ROOT,
                "RGB, short side %d, centre %d x %d, %s; value / 255, minus %s, divided by %s",
                how.resizeShort(),
                how.crop(),
                how.crop(),
                how.interpolation().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                how.mean(),
                how.std());
    }

    private static String metrics(Map<String, String> metrics) {
        if (metrics.isEmpty()) {
            return NOT_STATED;
        }
        return metrics.entrySet().stream()
                .map(each -> "| " + cell(each.getKey()) + " | " + cell(each.getValue()) + " |")
                .collect(Collectors.joining("\n", "| measure | value |\n|---|---|\n", ""));
    }

    private static String stated(Optional<String> text) {
        return text.map(String::strip)
                .filter(each -> !each.isEmpty())
                .map(ModelReadme::withoutHtml)
                .orElse(NOT_STATED);
    }

    /**
     * A name, which may be anybody's: shown letter by letter, whatever Markdown would make of it.
     */
    private static String cell(String text) {
        return withoutHtml(text.replaceAll("\\R", " ").replaceAll("[\\\\|`*\\[\\]]", "\\\\$0"));
    }

    /** Pages show Markdown as HTML, and pass through what is HTML already. */
    private static String withoutHtml(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replaceAll("[\\p{Cc}&&[^\\r\\n\\t]]", "\ufffd");
    }
}
