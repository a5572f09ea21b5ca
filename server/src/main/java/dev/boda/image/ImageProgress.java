package dev.boda.image;

/// Is told how far an image is. Called by the thread that brings it, often.
public interface ImageProgress {

    /// Something else has begun: a sentence.
    void step(String sentence);

    /// Of what the last step named, so much is there.
    void bytes(long done, long total);

    /// For those who do not look.
    ImageProgress UNSEEN = new ImageProgress() {
        @Override
        public void step(String sentence) {}

        @Override
        public void bytes(long done, long total) {}
    };
}
