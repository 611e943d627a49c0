/** Images with or without labels, the names of classes, and images that could not be used. */
@NullMarked
package io.ssld.core.data;

import org.jspecify.annotations.NullMarked;
