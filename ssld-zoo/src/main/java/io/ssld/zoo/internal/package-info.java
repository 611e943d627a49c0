/** Internal: images to a network's input, and the names of ImageNet's classes. */
@NullMarked
package io.ssld.zoo.internal;

import org.jspecify.annotations.NullMarked;
