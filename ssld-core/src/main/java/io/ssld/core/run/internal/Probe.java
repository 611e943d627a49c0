package io.ssld.core.run.internal;

import ai.djl.ndarray.NDList;
import io.ssld.core.data.internal.ViewKey;
import java.util.List;

/**
 * The first batch of a run, on which networks are checked before anything is trained.
 *
 * @param inputs of its examples
 * @param keys the views that they are, if the source tells
 * @param labelled whether one of them has a label
 */
public record Probe(NDList inputs, List<ViewKey> keys, boolean labelled) {}
