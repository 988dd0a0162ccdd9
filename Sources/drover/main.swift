//! The executable: everything lives in `CLI`.

import CLI

await runDrover()
