/** Image files and their pixels. */
@NullMarked
package io.ssld.core.image;

import org.jspecify.annotations.NullMarked;
