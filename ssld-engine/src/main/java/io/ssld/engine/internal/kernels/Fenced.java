package io.ssld.engine.internal.kernels;

/**
 * Marks a network that keeps away from what the engine computes wrongly on a CPU, whatever the
 * layout of the images it gets. It is given images whose channels lie side by side, which are
 * fastest; any other network gets the usual order, in which the engine is not known to end the
 * process.
 *
 * <p>A block whose children are of others' making must not claim this for them.
 */
public interface Fenced {}
