import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';

const PIECE = Buffer.alloc(64 * 1024, 'x');

// Streams so many `bytes`, keeps the answer open for `openMillis`, and ends it.
export const handler = awslambda.streamifyResponse(async (event, answer) => {
    for (let left = event.bytes; left > 0; left -= PIECE.length) {
        if (!answer.write(left < PIECE.length ? PIECE.subarray(0, left) : PIECE)) {
            await once(answer, 'drain');
        }
    }
    if (event.openMillis) {
        await setTimeout(event.openMillis);
    }
    answer.end();
});
