/**
 * How a network learns, as data and as arithmetic: recipe, learning rate, optimisers, weight decay,
 * freezing, moving average.
 */
@NullMarked
package io.ssld.core.train;

import org.jspecify.annotations.NullMarked;
