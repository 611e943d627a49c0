/** What recording labels and labelling pools do alike. No promise is made for it. */
@NullMarked
package io.ssld.core.labels.internal;

import org.jspecify.annotations.NullMarked;
