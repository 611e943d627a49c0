/** Internal: image files to pixels, within a limit of work. */
@NullMarked
package io.ssld.images.internal;

import org.jspecify.annotations.NullMarked;
