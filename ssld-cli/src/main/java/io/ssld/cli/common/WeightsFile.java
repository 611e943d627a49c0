package io.ssld.cli.common;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import io.ssld.weights.PdParams;
import io.ssld.weights.Safetensors;
import io.ssld.weights.StateDict;
import io.ssld.zoo.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Weights files of all three formats that a command takes. */
public final class WeightsFile {

    private static final Pattern DJL_FILE = Pattern.compile("(.+)-(\\d{4})\\.params");

    private WeightsFile() {}

    /** Whether a name ends as one of the formats does. */
    static boolean isKnown(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".pdparams")
                || lower.endsWith(".safetensors")
                || lower.endsWith(".params");
    }

    /**
     * Reads a file.
     *
     * @param file the file
     * @param architecture the network it belongs to, which DJL's format cannot be read without
     * @return its tensors, of whatever number of classes
     * @throws IOException if the file cannot be read or breaks a rule of its format
     */
    public static StateDict read(Path file, Architecture architecture) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(
                    file.toString(), null, "weights file must exist, but does not");
        }
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(".params")) {
            return readParams(file, name, architecture);
        }
        return name.toLowerCase(Locale.ROOT).endsWith(".pdparams")
                ? PdParams.read(file)
                : Safetensors.read(file);
    }

    /** A block without values takes shapes, so the number of classes too, from the file. */
    private static StateDict readParams(Path file, String name, Architecture architecture)
            throws IOException {
        Matcher matcher = DJL_FILE.matcher(name);
        if (!matcher.matches()) {
            throw new IOException(
                    file + " must be called NAME-0000.params as DJL saves it, but was not");
        }
        ParamsLengths.check(file);
        try (Model model = Model.newInstance(matcher.group(1), "PyTorch")) {
            model.setBlock(architecture.newBlock(1));
            model.load(
                    file.toAbsolutePath().getParent(),
                    matcher.group(1),
                    Map.of("epoch", matcher.group(2)));
            return StateDict.of(model.getBlock());
        } catch (MalformedModelException | RuntimeException | IOException | OutOfMemoryError e) {
            // What DJL's reader throws for a broken file depends on where it broke.
            throw new IOException(
                    "%s must hold the parameters of %s as DJL saves them, but could not be read: %s"
                            .formatted(file, architecture.modelName(), e),
                    e);
        }
    }
}
