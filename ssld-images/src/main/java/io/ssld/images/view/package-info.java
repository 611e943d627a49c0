/** Augmentations as data: what they are, how they are drawn, their operations on bytes. */
@NullMarked
package io.ssld.images.view;

import org.jspecify.annotations.NullMarked;
