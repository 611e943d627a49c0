package io.ssld.selection.duplicates;

import org.opencv.core.Core;

/** OpenCV's native library, loaded once a JVM. */
final class OpenCv {

    static {
        nu.pattern.OpenCV.loadLocally();
        // Images are worked on in parallel; threads inside one would only get in their way.
        Core.setNumThreads(1);
    }

    private OpenCv() {}

    /** Returns when the library can be called. */
    static void load() {
        // The static initialiser did it.
    }

    /** The version of the library, for reports. */
    static String version() {
        return Core.VERSION;
    }
}
