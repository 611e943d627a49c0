package io.ssld.core.train;

import ai.djl.nn.Parameter;

/**
 * Which parameters weight decay (L2) applies to, by their role in the network.
 *
 * <p>The recipes of SSLD differ in this: batch norm's scale and shift are exempt in MobileNetV3,
 * PP-LCNet, PP-HGNet and GhostNet, and decayed in ResNet_vd and the other classic networks. Biases
 * of fully connected layers are decayed in all of them.
 */
public enum DecayRule {
    /** Every trainable parameter decays, as in the original's ResNet_vd, Res2Net and HRNet. */
    ALL {
        @Override
        public boolean appliesTo(Parameter.Type type) {
            return true;
        }
    },

    /**
     * All but the scale and shift of normalisation layers, as in the original's mobile networks.
     */
    ALL_BUT_NORM {
        @Override
        public boolean appliesTo(Parameter.Type type) {
            return type != Parameter.Type.GAMMA && type != Parameter.Type.BETA;
        }
    },

    /** Only weights: neither normalisation layers nor any bias. */
    WEIGHTS_ONLY {
        @Override
        public boolean appliesTo(Parameter.Type type) {
            return type == Parameter.Type.WEIGHT;
        }
    };

    /**
     * Tells whether a parameter of a role decays.
     *
     * @param type the role
     * @return true if weight decay applies
     */
    public abstract boolean appliesTo(Parameter.Type type);
}
