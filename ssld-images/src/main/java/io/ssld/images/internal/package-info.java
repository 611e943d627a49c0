/** Image files and their pixels. */
@NullMarked
package io.ssld.images.internal;

import org.jspecify.annotations.NullMarked;
