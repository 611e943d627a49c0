package io.ssld.selection.duplicates;

import java.util.ArrayList;
import java.util.List;
import org.opencv.core.Mat;

/**
 * OpenCV's matrices of one calculation, freed at its end: the collector does not see their size.
 */
final class Mats implements AutoCloseable {

    private final List<Mat> held = new ArrayList<>();

    /** Remembers a matrix for {@link #close()}. */
    <M extends Mat> M add(M mat) {
        held.add(mat);
        return mat;
    }

    /** Creates an empty matrix. */
    Mat create() {
        return add(new Mat());
    }

    @Override
    public void close() {
        held.forEach(Mat::release);
    }
}
