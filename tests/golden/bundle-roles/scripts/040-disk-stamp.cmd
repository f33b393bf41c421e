@echo off
rem Step 40 of 40: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "roles", "identity": "035c2a39-9ce6-5e16-ab9c-744bb3ecf5ef", "plan": "ced7d16bd0df0fa1c1a18bc9bdf5c73560b6fcf42f02cbb6e2c422e188439de1"}|| exit /b 1
