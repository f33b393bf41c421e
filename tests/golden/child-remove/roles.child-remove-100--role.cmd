@echo off
rem Step 13 of 22: remove the differencing VHD of an earlier build; what was changed in it goes with it.
if exist "Y:\100%% role.vhd" del /f /q "Y:\100%% role.vhd"
if exist "Y:\100%% role.vhd" exit /b 1
