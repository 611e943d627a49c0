package io.ssld.cli.service;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.translate.TranslateException;
import io.ssld.cli.service.PredictionService.Limits;
import io.ssld.cli.service.Predictions.Answer;
import io.ssld.cli.service.Predictions.Guess;
import io.ssld.cli.service.Predictions.UnreadableImageException;
import io.ssld.images.internal.ImageDecoder;
import io.ssld.images.internal.ImageFile;
import io.ssld.images.internal.Pixels;
import io.ssld.zoo.internal.ImagePreparer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;

/**
 * Decodes and classifies. A DJL predictor belongs to one thread at a time, so there is one for each
 * worker, and an image borrows it; images that are decoded share the memory there is.
 */
final class ImageClassifier implements Predictions.Classifier, AutoCloseable {

    private static final int TOP = 5;
    private static final long MAX_PIXELS = 50_000_000;

    /** Permits are kilobytes, for there are 2^31 of them. */
    private static final int PERMIT = 1 << 10;

    private final ServedModel model;
    private final List<Predictor<float[], Classifications>> predictors = new ArrayList<>();
    private final BlockingQueue<Predictor<float[], Classifications>> idle;
    private final int permits;
    private final Semaphore memory;

    /** Refuses broken and oversized images, where DJL's own reader fills up with grey. */
    private final ImageDecoder decoder = new ImageDecoder(MAX_PIXELS);

    /** Takes the model over, and closes it in the end. */
    ImageClassifier(ServedModel model, Limits limits) {
        this.model = model;
        for (int i = 0; i < limits.workers(); i++) {
            predictors.add(model.newPredictor());
        }
        idle = new ArrayBlockingQueue<>(limits.workers(), false, predictors);
        permits = (int) Math.min(Integer.MAX_VALUE, limits.memory() / 2 / PERMIT);
        memory = new Semaphore(permits, true);
    }

    @Override
    public Answer classify(byte[] image)
            throws UnreadableImageException, IOException, InterruptedException {
        float[] values = prepared(image);
        Predictor<float[], Classifications> predictor = idle.take();
        Classifications classes;
        try {
            classes = predictor.predict(values);
        } catch (TranslateException e) {
            throw new IOException("the network failed", e);
        } finally {
            idle.add(predictor);
        }
        return new Answer(
                classes.<Classifications.Classification>topK(TOP).stream()
                        .map(each -> new Guess(each.getClassName(), each.getProbability()))
                        .toList());
    }

    private float[] prepared(byte[] image) throws UnreadableImageException, InterruptedException {
        try {
            ImageFile file = decoder.open(image);
            int share = share(file);
            memory.acquire(share);
            try {
                Pixels pixels = file.decode();
                return ImagePreparer.prepare(
                        model.preprocessing(), pixels.height(), pixels.width(), pixels.rgb());
            } finally {
                memory.release(share);
            }
        } catch (IOException e) {
            throw new UnreadableImageException(String.valueOf(e.getMessage()), e);
        }
    }

    private int share(ImageFile file) throws IOException {
        long share = file.memory() / PERMIT + 1;
        if (share > permits) {
            throw new IOException(
                    String.format(
                                    Locale.ROOT,
                                    "image must be decoded in %d kB, but %d x %d needs %d; send a"
                                            + " smaller one, or",
                                    permits,
                                    file.width(),
                                    file.height(),
                                    share)
                            + " give the service a larger heap by -Xmx");
        }
        return (int) share;
    }

    boolean isOpen() {
        return model.model().getNDManager().isOpen();
    }

    @Override
    public void close() {
        predictors.forEach(Predictor::close);
        model.close();
    }
}
