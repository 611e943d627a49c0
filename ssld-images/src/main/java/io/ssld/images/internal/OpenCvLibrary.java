package io.ssld.images.internal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * OpenCV where it is on the class path. It is found by name, so that no class of it is needed to
 * load this one, and its natives are loaded when the first image wants them: that takes a second.
 */
final class OpenCvLibrary implements Decoder {

    private @Nullable Decoder loaded;
    private @Nullable String failure;

    private OpenCvLibrary() {}

    static @Nullable OpenCvLibrary find() {
        try {
            ClassLoader loader = OpenCvLibrary.class.getClassLoader();
            Class.forName("nu.pattern.OpenCV", false, loader);
            Class.forName("org.opencv.imgcodecs.Imgcodecs", false, loader);
            return new OpenCvLibrary();
        } catch (ClassNotFoundException e) {
            return null;
        }
    }

    /** Loads the natives, or fails. */
    static void require(@Nullable OpenCvLibrary library) {
        if (library == null || library.decoder() == null) {
            throw new IllegalStateException(
                    "OpenCV must be usable, but "
                            + (library == null ? "is not on the class path" : library.failure())
                            + "; add org.openpnp:opencv or choose another decoder");
        }
    }

    /** Why the natives could not be loaded. */
    synchronized String failure() {
        return String.valueOf(failure);
    }

    @Override
    public synchronized String name() {
        return failure == null ? "OpenCV " + OpenCvDecoder.version() : "OpenCV not usable";
    }

    @Override
    public boolean decodes(ImageHeader header) {
        return header.forOpenCv() && decoder() != null;
    }

    @Override
    public boolean decodesAtThatCost(byte[] file, ImageHeader header) throws IOException {
        Decoder natives = decoder();
        return natives != null && natives.decodesAtThatCost(file, header);
    }

    @Override
    public Pixels decode(byte[] file, ImageHeader header, @Nullable Box region) throws IOException {
        Decoder decoder = decoder();
        if (decoder == null) {
            throw new IOException("OpenCV " + failure());
        }
        return decoder.decode(file, header, region);
    }

    private synchronized @Nullable Decoder decoder() {
        if (loaded == null && failure == null) {
            try {
                loaded = OpenCvDecoder.load();
            } catch (LinkageError | RuntimeException e) {
                // No natives for this platform: what OpenCV does faster, the JDK does as well.
                failure = "could not be loaded: " + e;
            }
        }
        return loaded;
    }
}
