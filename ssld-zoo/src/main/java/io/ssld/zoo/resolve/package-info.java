/** Finding weights files: explicit ones, local folders, the cache, mirrors and downloads. */
@NullMarked
package io.ssld.zoo.resolve;

import org.jspecify.annotations.NullMarked;
