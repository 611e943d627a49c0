/** How a network learns: recipe, learning rate, optimiser. */
@NullMarked
package io.ssld.core.train;

import org.jspecify.annotations.NullMarked;
