package io.ssld.cli.service;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.ssld.weights.SsldWeights;
import io.ssld.zoo.Preprocessing;
import io.ssld.zoo.SsldModel;
import io.ssld.zoo.djl.SavedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A model that was opened to be served. A saved model is read by our own strict reader, as every
 * command does: DJL's would run whatever class of whatever jar in the folder its {@code
 * serving.properties} name.
 *
 * @param model the network, closed with this
 * @param preprocessing what an image goes through first
 * @param classNames the names of the classes, empty if nobody told them
 */
record ServedModel(Model model, Preprocessing preprocessing, List<String> classNames)
        implements AutoCloseable {

    private static final String ENGINE = "PyTorch";
    private static final String PROGRAM = ".pt";

    /** Opens the folder of a saved model. */
    static ServedModel saved(Path folder) throws IOException {
        if (Files.isDirectory(folder) && !SavedModel.isIn(folder) && !programs(folder).isEmpty()) {
            throw new IOException(
                    "%s must be the folder of a saved model, but holds %s, a program that does what"
                                    .formatted(folder, programs(folder).get(0).getFileName())
                            + " it likes; add --torchscript if you trust it");
        }
        SavedModel saved = SavedModel.read(folder);
        Model model = Model.newInstance(saved.architecture().modelName(), ENGINE);
        try {
            Block block = saved.newBlock();
            int side = saved.preprocessing().crop();
            SsldWeights.of(SavedModel.readWeights(folder))
                    .initialize(block, model.getNDManager(), new Shape(1, 3, side, side));
            // Otherwise every thread but the first would record a graph with each answer.
            block.freezeParameters(true);
            model.setBlock(block);
            return new ServedModel(model, saved.preprocessing(), saved.classNames());
        } catch (MalformedModelException e) {
            model.close();
            throw new IOException(folder + ": " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /**
     * Opens a folder with a TorchScript program, which runs with all that this process may do. No
     * class is loaded from it. Images are prepared as the published ResNets want them; {@code
     * synset.txt} names the classes.
     */
    static ServedModel torchScript(Path folder) throws IOException {
        List<Path> programs = Files.isDirectory(folder) ? programs(folder) : List.of();
        if (programs.size() != 1) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "%s must be a folder with one TorchScript program (NAME.pt), but has"
                                    + " %d",
                            folder,
                            programs.size()));
        }
        String file = String.valueOf(programs.get(0).getFileName());
        String name = file.substring(0, file.length() - PROGRAM.length());
        Path synset = folder.resolve("synset.txt");
        List<String> names = Files.isRegularFile(synset) ? Files.readAllLines(synset) : List.of();
        Model model = Model.newInstance(name, ENGINE);
        try {
            model.load(folder, name);
            return new ServedModel(model, SsldModel.RESNET50_VD.preprocessing(), names);
        } catch (MalformedModelException | RuntimeException | IOException e) {
            model.close();
            throw new IOException(
                    programs.get(0) + " must be a TorchScript program, but: " + e.getMessage(), e);
        }
    }

    private static List<Path> programs(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(PROGRAM)).sorted().toList();
        }
    }

    Predictor<float[], Classifications> newPredictor() {
        return model.newPredictor(new PreparedImages(preprocessing.crop(), classNames));
    }

    @Override
    public void close() {
        model.close();
    }

    /** From prepared images to classes. */
    private record PreparedImages(int side, List<String> classNames)
            implements Translator<float[], Classifications> {

        @Override
        public NDList processInput(TranslatorContext context, float[] image) {
            return new NDList(context.getNDManager().create(image, new Shape(3, side, side)));
        }

        @Override
        public Classifications processOutput(TranslatorContext context, NDList list) {
            NDArray probabilities = list.singletonOrThrow().softmax(0);
            int classes = (int) probabilities.size();
            List<String> names =
                    classNames.size() == classes
                            ? classNames
                            : IntStream.range(0, classes).mapToObj(String::valueOf).toList();
            return new Classifications(names, probabilities);
        }
    }
}
